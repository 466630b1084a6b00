namespace TypedEvents;

/// <summary>Sends events of one application and says what came back.</summary>
internal delegate Task<EngageResponse> ReportSender(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellationToken);

/// <summary>Registers external ids of one kind and says what came back, EUIDs included.</summary>
internal delegate Task<EngageResponse> RegistrationSender(string identityName, string[] ids, CancellationToken cancellationToken);
