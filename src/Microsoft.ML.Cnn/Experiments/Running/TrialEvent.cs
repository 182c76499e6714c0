using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>One thing that happened in an experiment. All of them, in their order, are all there is to know of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ExperimentBegan), "experiment")]
[JsonDerivedType(typeof(TaskBegan), "begin")]
[JsonDerivedType(typeof(TaskPaused), "pause")]
[JsonDerivedType(typeof(TaskEnded), "end")]
internal abstract record TrialEvent
{
    /// <summary>When.</summary>
    public DateTime AtUtc { get; init; }
}

/// <summary>The experiment began, or went on.</summary>
/// <param name="Identity">What tells it from others: only the same may go on.</param>
/// <param name="MostTrials">That it was to try from then on; null for any number.</param>
internal sealed record ExperimentBegan(string Identity, int? MostTrials) : TrialEvent;

/// <summary>A worker began to train a trial up to a number of epochs.</summary>
internal sealed record TaskBegan(int TrialId, int Epochs, CnnParameters Parameters, int Seed) : TrialEvent;

/// <summary>The experiment ended in the midst of it: what had been measured until then counts, and if the experiment goes on, so does the task.</summary>
internal sealed record TaskPaused(int TrialId, TrialMeasures Measures) : TrialEvent;

/// <summary>It ended.</summary>
internal sealed record TaskEnded(int TrialId, int Epochs, TrialMeasures Measures) : TrialEvent;
