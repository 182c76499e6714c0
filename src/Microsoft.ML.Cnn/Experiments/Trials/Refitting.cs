namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>What the options of trials have to be like where the winner is trained once more on all rows.</summary>
internal static class Refitting
{
    /// <param name="options">Of a trial.</param>
    /// <exception cref="InvalidOperationException">They want validation rows, of which there will be none.</exception>
    public static void Require(CnnTrainerOptions options)
    {
        if (options.LearningRateScheduler.Watched is { } watched && watched.NeedsValidation())
        {
            throw new InvalidOperationException(
                $"LearningRateScheduler watches {watched}, but with SetRefit the winner is trained on all rows, and none are left to measure with. "
                    + $"What would work: {TrainingMetric.RunningTrainLoss} in its place, another schedule, or no SetRefit."
            );
        }
    }
}
