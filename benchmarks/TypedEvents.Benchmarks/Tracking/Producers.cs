namespace TypedEvents.Benchmarks;

/// <summary>Threads that do the same work concurrently, round by round.</summary>
internal sealed class Producers : IDisposable
{
    private readonly Thread[] _threads;
    private readonly Barrier _begin;
    private readonly Barrier _end;
    private Action<int> _work = static _ => { };
    private volatile bool _isOver;

    public Producers(int count)
    {
        _begin = new Barrier(count + 1);
        _end = new Barrier(count + 1);
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() => Run(i)) { IsBackground = true })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Runs an action on every thread, with the thread's number, and waits for all of them.</summary>
    public void Do(Action<int> work)
    {
        _work = work;
        _begin.SignalAndWait();
        _end.SignalAndWait();
    }

    public void Dispose()
    {
        _isOver = true;
        _begin.SignalAndWait();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _begin.Dispose();
        _end.Dispose();
    }

    private void Run(int number)
    {
        while (true)
        {
            _begin.SignalAndWait();
            if (_isOver)
            {
                return;
            }

            _work(number);
            _end.SignalAndWait();
        }
    }
}
