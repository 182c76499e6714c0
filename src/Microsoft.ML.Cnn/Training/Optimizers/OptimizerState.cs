using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary>What an optimizer works on.</summary>
/// <param name="Store">The parameters, and the table that says which of them decay, at what rate they move, and which do not.</param>
/// <param name="Gradients">At the offsets of the parameters.</param>
/// <param name="Pool">Who does the work.</param>
/// <param name="Fused">Segments whose gradients are handed over while they are made, and are never in the buffer.</param>
internal sealed record OptimizerTarget(
    ParameterStore Store,
    AlignedBuffer Gradients,
    WorkerPool Pool,
    IReadOnlyCollection<ParameterSegment> Fused
);

/// <summary>
/// An optimizer at work: its running buffers, flat like the parameters, and the number of its step. A step begins before gradients are
/// made, takes those of fused segments as they come, and then walks the table of the others, cut into pieces once and for all, so that
/// threads only schedule; it allocates nothing.
/// </summary>
internal abstract unsafe class OptimizerState : IParameterUpdate, IDisposable
{
    private const int PieceLength = 16 * 1024;

    private readonly OptimizerTarget target;
    private readonly AlignedBuffer[] moments;
    private readonly Piece[] pieces;
    private readonly Action<int, int> update;

    /// <param name="target">What to work on.</param>
    /// <param name="moments">Running buffers, each as long as the parameters.</param>
    private protected OptimizerState(OptimizerTarget target, int moments)
    {
        this.target = target;
        this.moments = [.. Enumerable.Range(0, moments).Select(_ => new AlignedBuffer(target.Store.Table.TrainableLength))];
        pieces = [.. target.Store.Table.Trainable.Where(segment => !segment.Frozen).Except(target.Fused).SelectMany(Cut)];
        update = (_, piece) => Update(pieces[piece], target.Gradients.Data + pieces[piece].Offset);
    }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Running buffers, each as long as the parameters.</summary>
    public IReadOnlyList<AlignedBuffer> Moments => moments;

    protected float* Parameters => target.Store.Parameters.Data;

    /// <summary>The state of an optimizer that has taken no step yet.</summary>
    public static OptimizerState Create(Optimizer optimizer, OptimizerTarget target, InstructionSet instructionSet) =>
        SimdDispatch.Run(instructionSet, new Factory(optimizer, target));

    /// <summary>Goes on behind so many steps.</summary>
    public void GoOnAfter(long steps) => Steps = steps;

    /// <summary>Begins a step: from now on gradients of fused segments may be applied.</summary>
    /// <param name="rate">The learning rate of the step.</param>
    public void Begin(float rate) => Prepare(rate, Steps + 1);

    /// <inheritdoc/>
    public void Apply(ParameterSegment segment, long from, int length, float* gradient) =>
        Update(new Piece((nint)(segment.Offset + from), length, segment.RateMultiplier, segment.Decay), gradient);

    /// <summary>Ends a step: changes all other parameters along the gradients that are there.</summary>
    public void Step()
    {
        target.Pool.Run(pieces.Length, update);
        Steps++;
    }

    public void Dispose()
    {
        foreach (AlignedBuffer moment in moments)
        {
            moment.Dispose();
        }
    }

    protected float* Moment(int number) => moments[number].Data;

    /// <summary>Works out what is the same for all pieces of a step.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of the step, from 1.</param>
    protected abstract void Prepare(float rate, long step);

    /// <param name="piece">What to change.</param>
    /// <param name="gradients">Of the piece.</param>
    protected abstract void Update(Piece piece, float* gradients);

    private static IEnumerable<Piece> Cut(ParameterSegment segment)
    {
        for (long start = 0; start < segment.Length; start += PieceLength)
        {
            int length = (int)Math.Min(PieceLength, segment.Length - start);
            yield return new Piece((nint)(segment.Offset + start), length, segment.RateMultiplier, segment.Decay);
        }
    }

    /// <summary>Part of a segment.</summary>
    protected readonly record struct Piece(nint Offset, int Length, float RateMultiplier, bool Decay);

    private sealed record Factory(Optimizer Optimizer, OptimizerTarget Target) : IVectorFactory<OptimizerState>
    {
        public OptimizerState Create<V>()
            where V : struct, IVector<V> => Optimizer.CreateState<V>(Target);
    }
}
