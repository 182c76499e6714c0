namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Where one thread waits for a number to change. It spins for about as long as waking a thread takes, which costs at most twice what the best
/// choice would; then it offers its core to others for as long again, and then it sleeps.
/// </summary>
internal sealed class Parking : IDisposable
{
    // A spin of 8 takes about 0.3 us, and so does a yield that nobody takes up.
    private const int SpinsBeforeYield = 200;
    private const int SpinsBeforePark = 400;

    private readonly AutoResetEvent wake = new(false);
    private int parked;

    /// <summary>Returns once <paramref name="number"/> is no longer <paramref name="old"/>.</summary>
    public void Await(ref int number, int old)
    {
        for (int spins = 0; Volatile.Read(ref number) == old; spins++)
        {
            if (spins < SpinsBeforeYield)
            {
                Thread.SpinWait(8);
            }
            else if (spins < SpinsBeforePark)
            {
                Thread.Yield();
            }
            else
            {
                Park(ref number, old);
            }
        }
    }

    /// <summary>To be called after each change of the number: wakes the thread if it sleeps.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref parked, 0) == 1)
        {
            wake.Set();
        }
    }

    public void Dispose() => wake.Dispose();

    private void Park(ref int number, int old)
    {
        Interlocked.Exchange(ref parked, 1);

        // Either the number changed before the flag was up, or who changes it sees the flag and rings, or did not and there is no need to sleep.
        if (Volatile.Read(ref number) == old || Interlocked.Exchange(ref parked, 0) == 0)
        {
            wake.WaitOne();
        }
    }
}
