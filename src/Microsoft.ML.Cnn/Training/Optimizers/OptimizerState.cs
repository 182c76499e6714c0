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
/// <param name="Clipping">What is done to gradients first; null for nothing. Nothing is fused where it needs all of them.</param>
internal sealed record OptimizerTarget(
    ParameterStore Store,
    AlignedBuffer Gradients,
    WorkerPool Pool,
    IReadOnlyCollection<ParameterSegment> Fused,
    GradientClipping? Clipping = null
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
    private readonly Optimizer optimizer;
    private readonly AlignedBuffer[] moments;
    private readonly ParameterPiece[] pieces;
    private readonly Action<int, int> update;
    private GradientLimiter? limiter;

    /// <param name="target">What to work on.</param>
    /// <param name="optimizer">Who does.</param>
    private protected OptimizerState(OptimizerTarget target, Optimizer optimizer)
    {
        this.target = target;
        this.optimizer = optimizer;
        moments = [.. Enumerable.Range(0, optimizer.Moments).Select(_ => new AlignedBuffer(target.Store.Table.TrainableLength))];
        pieces = [.. target.Store.Table.Trainable.Where(segment => !segment.Frozen).Except(target.Fused).SelectMany(Cut)];
        update = (_, piece) => LimitAndUpdate(pieces[piece], target.Gradients.Data + pieces[piece].Offset);
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
        LimitAndUpdate(PieceOf(segment, from, length), gradient);

    /// <summary>Ends a step: changes all other parameters along the gradients that are there.</summary>
    public void Step()
    {
        limiter?.Measure();
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

    /// <summary>What a moment begins with, if not with zeros.</summary>
    protected void FillMoment(int number, float value) =>
        new Span<float>(moments[number].Data, checked((int)moments[number].Length)).Fill(value);

    /// <summary>Works out what is the same for all pieces of a step.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of the step, from 1.</param>
    protected abstract void Prepare(float rate, long step);

    /// <param name="piece">What to change.</param>
    /// <param name="gradients">Of the piece.</param>
    protected abstract void Update(ParameterPiece piece, float* gradients);

    private void LimitAndUpdate(ParameterPiece piece, float* gradients)
    {
        limiter?.Limit(gradients, piece.Length);
        Update(piece, gradients);
    }

    private IEnumerable<ParameterPiece> Cut(ParameterSegment segment)
    {
        for (long start = 0; start < segment.Length; start += PieceLength)
        {
            yield return PieceOf(segment, start, (int)Math.Min(PieceLength, segment.Length - start));
        }
    }

    private ParameterPiece PieceOf(ParameterSegment segment, long from, int length) =>
        new(
            (nint)(segment.Offset + from),
            length,
            segment.RateMultiplier,
            segment.Decay || optimizer.DecaysAllParameters ? optimizer.WeightDecay : 0
        );

    private sealed record Factory(Optimizer Optimizer, OptimizerTarget Target) : IVectorFactory<OptimizerState>
    {
        public OptimizerState Create<V>()
            where V : struct, IVector<V>
        {
            OptimizerState state = Optimizer.CreateState<V>(Target);
            state.limiter = GradientLimiter.Create<V>(Target.Clipping, Target, state.pieces);
            return state;
        }
    }
}
