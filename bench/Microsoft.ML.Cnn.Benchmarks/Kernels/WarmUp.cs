namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>
/// Runs code until the JIT has done its best. What is called often is compiled anew, in the background and twice, once nothing else has been compiled for a tenth of a second.
/// </summary>
internal static class WarmUp
{
    private const int Rounds = 4;
    private const int Calls = 100;
    private const int Milliseconds = 300;

    public static void Run(params IEnumerable<Action> actions)
    {
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Action action in actions)
            {
                for (int call = 0; call < Calls; call++)
                {
                    action();
                }
            }

            Thread.Sleep(Milliseconds);
        }
    }
}
