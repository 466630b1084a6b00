using TypedEvents.Benchmarks;
using TypedEvents.Benchmarks.PostgreSql;

return BenchmarkRunner.Run(
    args,
    new("outbox", "append, and the whole cycle to settlement, with 1 and 4 senders, against Npgsql alone with the same statements, and SQLite", OutboxBenchmark.Run),
    new("transaction", "one event in a transaction of the application", TransactionBenchmark.Run),
    new("dead-rows", "a held snapshot and 1,000,000 dead rows, against none", DeadRowsBenchmark.Run),
    new("idle", "the transactions and the CPU time of a process that tracks nothing", IdleBenchmark.Run));
