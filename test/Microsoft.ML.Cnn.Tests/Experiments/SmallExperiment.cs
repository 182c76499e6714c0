using System.Globalization;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Experiments;

/// <summary>Small experiments on <see cref="TinyImages"/>.</summary>
internal static class SmallExperiment
{
    /// <summary>Filters and a learning rate.</summary>
    public static CnnSearchSpace Space =>
        new() { { "Filters", CnnSearchOption.Integer(2, 5) }, { "Rate", CnnSearchOption.LogUniform(0.01, 0.1, 0.05) } };

    /// <summary>A trial of <see cref="Space"/>.</summary>
    public static TOptions Options<TOptions>(CnnParameters parameters)
        where TOptions : CnnTrainerOptions, new() =>
        new()
        {
            Network = Network.Sequential(
                new Conv2D(parameters.Get<int>("Filters"), 3, padding: Padding.Same),
                new ReLU(),
                new MaxPool2D(2)
            ),
            LearningRate = parameters.Get<float>("Rate"),
            BatchSize = 8,
        };

    /// <summary>Whether the bright square is on the left.</summary>
    public static IDataView Booleans(MLContext context, int count, int seed = 1) =>
        context.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, count)
                .Select(i => new TinyImages.Labelled<bool> { Label = i % 3 == 0, Features = TinyImages.Pixels(i % 3, seed + i) })
        );

    /// <summary>Where it is.</summary>
    public static IDataView Numbers(MLContext context, int count, int seed = 1) =>
        context.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, count)
                .Select(i => new TinyImages.Labelled<float> { Label = 100 * (i % 3), Features = TinyImages.Pixels(i % 3, seed + i) })
        );

    /// <summary>All that is the same in two runs of one experiment.</summary>
    public static string Describe(CnnTrialResult trial) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{trial.TrialSettings.TrialId} {trial.TrialSettings.Parameters} {trial.Epochs} {trial.Loss:R} {string.Join(' ', trial.LearningCurve)} {trial.Error}"
        );
}
