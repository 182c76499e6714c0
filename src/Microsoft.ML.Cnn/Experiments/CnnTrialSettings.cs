namespace Microsoft.ML.Cnn;

/// <summary>A trial of an experiment, from its proposal on.</summary>
/// <param name="TrialId">Its number, counted from 0 in the order of proposals.</param>
/// <param name="Parameters">What it tries.</param>
public sealed record CnnTrialSettings(int TrialId, CnnParameters Parameters)
{
    /// <summary>Epochs that it is to have been trained for, those before included; 0 until that is decided.</summary>
    public int Epochs { get; init; }

    /// <summary>Of all that is random in its training: the experiment's seed and its number.</summary>
    public int Seed { get; init; }

    /// <summary>When it began to train.</summary>
    public DateTime StartedAtUtc { get; init; }

    /// <summary>When its training last came to an end; not set while it has not.</summary>
    public DateTime EndedAtUtc { get; init; }
}
