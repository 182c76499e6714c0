using System.Collections.Immutable;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Tests.Training.Checkpoints;

/// <summary>A training of the quadrants that is stopped again and again, and each time goes on from its checkpoint.</summary>
internal sealed class InterruptedTraining(TrainingSettings settings, bool canShuffle, bool validates) : IDisposable
{
    private const int Rows = 150;

    private readonly TemporaryFolder folder = new();

    public string Folder => folder.Path;

    public string LastFile => folder.PathOf("last.checkpoint");

    public string BestFile => folder.PathOf("best.zip");

    public void Dispose() => folder.Dispose();

    /// <summary>Trains without a workspace, from beginning to end.</summary>
    public TrainingOutcome Undisturbed() => Train(settings);

    /// <summary>Goes on until it is asked for the so-many-th time whether to stop, or to the end.</summary>
    /// <param name="questions">How often training may ask; once a batch, and now and then beside.</param>
    /// <param name="interval">From one checkpoint to the next.</param>
    /// <param name="resume">What to do with one that is there.</param>
    /// <param name="data">What tells the data apart.</param>
    /// <returns>Null if it was stopped.</returns>
    public TrainingOutcome? GoOn(
        int questions = int.MaxValue,
        TimeSpan? interval = null,
        ResumePolicy resume = ResumePolicy.SameBits,
        string data = "quadrants"
    )
    {
        using CheckpointFolder claimed = CheckpointFolder.Open(Folder);
        int asked = 0;
        try
        {
            return Train(
                settings with
                {
                    IsCanceled = () => ++asked > questions,
                    Checkpoints = new CheckpointSettings(
                        claimed,
                        resume,
                        interval ?? TimeSpan.FromDays(1),
                        [new IdentityPart("data", data)]
                    ),
                }
            );
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private TrainingOutcome Train(TrainingSettings settings)
    {
        List<CnnTrainingMetrics> epochs = [];
        CnnModel model = TrainingLoop.Run(
            Quadrants.Describe(Quadrants.Network),
            ParameterStore.Initialize(Quadrants.Network, Quadrants.Shape, seed: 1),
            new FakeSource(64, Quadrants.Draw(Rows, seed: 1), canShuffle),
            Rows,
            validates ? new FakeSource(64, Quadrants.Draw(50, seed: 2)) : null,
            validates ? 50 : 0,
            settings with
            {
                EpochCompleted = epoch =>
                {
                    epochs.Add(epoch with { Elapsed = default, ImagesPerSecond = 0 });
                    settings.EpochCompleted?.Invoke(epoch);
                },
            }
        );
        return new TrainingOutcome([.. model.Store.Parameters.Span, .. model.Store.State.Span], [.. epochs]);
    }
}

/// <summary>What a training ended in; without what depends on time.</summary>
internal sealed record TrainingOutcome(float[] Weights, ImmutableArray<CnnTrainingMetrics> Epochs)
{
    public void AssertSame(TrainingOutcome? other)
    {
        Assert.NotNull(other);
        Assert.Equal(Weights, other.Weights);
        Assert.Equal(Epochs, other.Epochs);
    }
}
