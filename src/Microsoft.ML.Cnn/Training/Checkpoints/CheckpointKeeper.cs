using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>Saves one training, and brings it back to where it was saved.</summary>
internal sealed class CheckpointKeeper
{
    private readonly CheckpointSettings settings;
    private readonly TrainingIdentity identity;
    private readonly int seed;
    private readonly ImmutableArray<AlignedBuffer> buffers;
    private readonly ImmutableArray<long> lengths;
    private long saved = Stopwatch.GetTimestamp();

    /// <param name="settings">Where and when.</param>
    /// <param name="identity">Of the training.</param>
    /// <param name="seed">Of the training.</param>
    /// <param name="store">Its parameters and states.</param>
    /// <param name="learner">Its optimizer's buffers.</param>
    /// <param name="best">Parameters and states of its best epoch, if they are kept.</param>
    public CheckpointKeeper(
        CheckpointSettings settings,
        TrainingIdentity identity,
        int seed,
        ParameterStore store,
        Learner learner,
        ParameterStore? best
    )
    {
        this.settings = settings;
        this.identity = identity;
        this.seed = seed;
        (long parameters, long states) = (store.Table.TrainableLength, store.Table.StateLength);
        buffers = [store.Parameters, store.State, .. learner.Moments];
        lengths = [parameters, states, .. learner.Moments.Select(_ => parameters)];
        if (best is not null)
        {
            buffers = [.. buffers, best.Parameters, best.State];
            lengths = [.. lengths, parameters, states];
        }
    }

    /// <summary>Whether it is time for a checkpoint within an epoch.</summary>
    public bool IsDue => Stopwatch.GetElapsedTime(saved) >= settings.Interval;

    /// <summary>Fills the training's buffers from its checkpoint, if there is one that it may go on from. Where it is to start over, what is there is deleted.</summary>
    /// <returns>Null where training begins anew.</returns>
    /// <exception cref="CnnCheckpointException">The checkpoint is of another training, or damaged; or it cannot be deleted.</exception>
    public CheckpointHeader? Resume()
    {
        if (settings.Resume == ResumePolicy.StartOver)
        {
            settings.Folder.Clear();
        }

        if (!File.Exists(settings.Folder.LastFile))
        {
            return null;
        }

        return CheckpointFile.Read(
            settings.Folder.LastFile,
            header =>
            {
                identity.Require(header.Identity, settings.Resume, settings.Folder.LastFile);
                return header.Lengths.SequenceEqual(lengths) ? buffers : throw new InvalidDataException("its buffers have other lengths.");
            }
        );
    }

    /// <exception cref="CnnCheckpointException">It cannot be written.</exception>
    public void Save(TrainingPosition position, ImmutableArray<CnnTrainingMetrics> epochs)
    {
        CheckpointHeader header = new(identity, seed, position, epochs, lengths);
        settings.Folder.WriteLast(stream => CheckpointFile.Write(stream, header, buffers));
        saved = Stopwatch.GetTimestamp();
    }

    /// <exception cref="CnnCheckpointException">It cannot be written.</exception>
    public void SaveBest(CnnModel model)
    {
        if (settings.SavesBestModel)
        {
            settings.Folder.WriteBest(model.Save);
        }
    }
}
