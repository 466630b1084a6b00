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

    let user = EngageUser.FromEuid(Euid(7L))
    let tracked =
        [ tracker.Track(user, OrderPlaced(Guid.NewGuid(), 12.50m, Method.Invoice, "EUR"))
          tracker.TrackOrderPlaced(user, Guid.NewGuid(), 30m, Method.BankTransfer) ]

    let result = tracker.StopAsync().AsTask().GetAwaiter().GetResult()
    if tracked |> List.forall (fun answer -> answer = TrackResult.Accepted) && result.Outbox.Delivered = 2L then 0 else 1
