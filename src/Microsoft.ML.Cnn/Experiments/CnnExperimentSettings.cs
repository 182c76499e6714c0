namespace Microsoft.ML.Cnn;

/// <summary>What an experiment can be created with; each has a method of <see cref="CnnExperiment"/>, too.</summary>
public sealed class CnnExperimentSettings
{
    /// <summary>Of all that is random; by default that of the <see cref="MLContext"/>, and 0 where that has none.</summary>
    public int? Seed { get; set; }

    /// <summary>Time for all trials, above 0.</summary>
    public uint? MaxExperimentTimeInSeconds { get; set; }

    /// <summary>Trials at most, at least 1.</summary>
    public int? MaxModels { get; set; }

    /// <summary>Memory that the process may use while a trial is trained, above 0.</summary>
    public double? MaximumMemoryUsageInMegaByte { get; set; }
}
