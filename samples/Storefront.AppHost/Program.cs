// The shop with an emulator in EngageLab's place, and Aspire's dashboard. README.md of Storefront says how to run it.

IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(args);

// The file of the shop's outbox is bound to the address that its events are for, so the address stays the same.
IResourceBuilder<EngageLabResource> engageLab = builder
    .AddEngageLab("engagelab", builder.AddParameter("engagelab-key"), builder.AddParameter("engagelab-secret", secret: true))
    .RunAsEmulator(emulator => emulator.WithHostPort(5199));

builder.AddProject<Projects.Storefront>("storefront")
    .WithReference(engageLab)
    .WaitFor(engageLab);

builder.Build().Run();
