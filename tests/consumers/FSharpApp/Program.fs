module Program

open System
open Contoso.Events
open TypedEvents

[<EntryPoint>]
let main args =
    let tracker =
        EventTracker.Create(fun options ->
            options.BaseAddress <- Uri(args[0])
            options.AllowInsecureLoopback <- true
            options.ApiKey <- "local"
            options.ApiSecret <- "local")

    let order = Guid("0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001")
    let user = EngageUser.FromEuid(Euid(7L))
    let tracked =
        [ tracker.Track(user, OrderPlaced(order, 12.50m, Method.Invoice, "EUR"))
          tracker.TrackOrderPlaced(user, order, 30m, Method.BankTransfer) ]

    let result = tracker.StopAsync().AsTask().GetAwaiter().GetResult()
    if tracked |> List.forall (fun result -> result = TrackResult.Accepted) && result.Outbox.Delivered = 2L then 0 else 1
