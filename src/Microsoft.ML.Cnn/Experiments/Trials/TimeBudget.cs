namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>
/// Ends a trial in its first epoch if its whole training would not fit into the time that the experiment has: nobody would see its last rung, and the first ones would leave no time
/// to others.
/// </summary>
/// <param name="time">That the experiment has; null for any.</param>
/// <param name="folds">Trainings of a trial.</param>
internal sealed class TimeBudget(TimeSpan? time, int folds)
{
    // Before that, code is still being compiled, and speed says little.
    private static readonly TimeSpan warmUp = TimeSpan.FromSeconds(2);

    /// <exception cref="TimeoutException">It would take too long.</exception>
    public void Require(in CnnTrainingProgress progress)
    {
        if (time is not { } limit || progress.Epoch > 1 || progress.Elapsed < warmUp)
        {
            return;
        }

        TimeSpan whole = folds * (progress.Elapsed + progress.Remaining);
        if (whole > limit)
        {
            throw new TimeoutException(
                FormattableString.Invariant(
                    $"To train it for all {progress.Epochs} epochs would take {whole.TotalSeconds:0} s at its speed, more than the {limit.TotalSeconds:0} s that the experiment has. What would work: more time, fewer epochs (SetMaxEpoch), or smaller networks in the search space."
                )
            );
        }
    }
}
