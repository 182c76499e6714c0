namespace Microsoft.ML.Cnn.Experiments.Halving;

/// <summary>What a worker is to do: train a trial up to a number of epochs.</summary>
/// <param name="TrialId">The number of the trial.</param>
/// <param name="Epochs">Epochs that it shall have been trained for, those before included.</param>
internal readonly record struct TrialTask(int TrialId, int Epochs);

/// <summary>Decides how long each trial is trained. Called by one thread at a time.</summary>
internal interface IHalving
{
    /// <summary>Whether a new trial may begin now.</summary>
    bool WantsNew { get; }

    /// <summary>Whether there will be no new trials. Then at least one, if any succeeds, is trained to its end.</summary>
    bool IsClosed { get; set; }

    /// <summary>Epochs of a trial that is trained to its end.</summary>
    int MostEpochs { get; }

    /// <summary>A trial that deserves more epochs, which begins with that; null if there is none now.</summary>
    TrialTask? Continue();

    /// <summary>A new trial begins.</summary>
    TrialTask Begin(int trialId);

    /// <summary>A task has ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="loss">What the trial reached: less is better; <see cref="double.MaxValue"/> if it failed, and will not be continued.</param>
    void End(TrialTask task, double loss);
}
