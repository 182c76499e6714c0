namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>The numbers of epochs at which trials are compared: the greatest, and each time so many times fewer, down to the least.</summary>
internal sealed class Rungs
{
    private readonly int[] epochs;

    /// <param name="leastEpochs">At least 1.</param>
    /// <param name="greatestEpochs">At least the least.</param>
    /// <param name="factor">At least 2.</param>
    public Rungs(int leastEpochs, int greatestEpochs, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leastEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(greatestEpochs, leastEpochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 2);
        Factor = factor;
        Stack<int> fromLeast = [];
        for (int rung = greatestEpochs; rung > leastEpochs; rung /= factor)
        {
            fromLeast.Push(rung);
        }

        epochs = [leastEpochs, .. fromLeast];
    }

    /// <summary>One of so many trials goes on from a rung.</summary>
    public int Factor { get; }

    public int Count => epochs.Length;

    /// <summary>Of the last rung.</summary>
    public int Greatest => epochs[^1];

    public int this[int rung] => epochs[rung];

    public int Of(TrialTask task) => Array.IndexOf(epochs, task.Epochs);
}
