namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>The numbers of epochs at which trials are compared: the least, and each time so many times more, up to the greatest.</summary>
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
        List<int> list = [];
        for (long rung = leastEpochs; rung < greatestEpochs; rung *= factor)
        {
            list.Add((int)rung);
        }

        epochs = [.. list, greatestEpochs];
    }

    /// <summary>One of so many trials goes on from a rung.</summary>
    public int Factor { get; }

    public int Count => epochs.Length;

    public int this[int rung] => epochs[rung];

    public int Of(TrialTask task) => Array.IndexOf(epochs, task.Epochs);
}
