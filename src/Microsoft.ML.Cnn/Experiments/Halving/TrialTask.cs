namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>What a worker is to do next: train a trial up to a number of epochs.</summary>
/// <param name="TrialId">A new trial where it is the next number, otherwise one to be continued.</param>
/// <param name="Epochs">Epochs that it shall have been trained for, those before included.</param>
internal readonly record struct TrialTask(int TrialId, int Epochs);

/// <summary>Decides how long each trial is trained. Called by one thread at a time.</summary>
internal interface IHalving
{
    /// <summary>What to do next.</summary>
    /// <param name="newTrial">The number of a trial that would be new.</param>
    /// <returns>Null where trials under way must be reported first.</returns>
    TrialTask? Next(int newTrial);

    /// <summary>A task is done.</summary>
    /// <param name="task">The task.</param>
    /// <param name="loss">What the trial reached: less is better; <see cref="double.MaxValue"/> if it failed, and will not be continued.</param>
    void Report(TrialTask task, double loss);
}
