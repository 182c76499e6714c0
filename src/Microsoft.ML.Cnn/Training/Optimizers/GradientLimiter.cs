using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary><see cref="GradientClipping"/> at work.</summary>
internal abstract unsafe class GradientLimiter
{
    /// <summary>Looks at all gradients, if it has to, before the first of them is limited.</summary>
    public virtual void Measure() { }

    /// <summary>Limits some gradients in place.</summary>
    public abstract void Limit(float* gradients, int length);

    /// <param name="clipping">What to do.</param>
    /// <param name="target">Where gradients are, and who does the work.</param>
    /// <param name="pieces">All that are trained, where the norm of all is to be known.</param>
    public static GradientLimiter? Create<V>(GradientClipping? clipping, OptimizerTarget target, ParameterPiece[] pieces)
        where V : struct, IVector<V> =>
        clipping switch
        {
            ClipByValue byValue => new ByValue<V>(byValue.Value),
            ClipByNorm byNorm => new ByNorm<V>(byNorm.Norm, target.Gradients, target.Pool, pieces),
            _ => null,
        };

    private sealed class ByValue<V>(float value) : GradientLimiter
        where V : struct, IVector<V>
    {
        public override void Limit(float* gradients, int length) => Descent.Run<V, GradientClamp>(new(gradients, value), length);
    }

    /// <summary>The squares of each piece are summed up by themselves, and those sums in the order of the pieces.</summary>
    private sealed class ByNorm<V> : GradientLimiter
        where V : struct, IVector<V>
    {
        // PyTorch's, against a division by zero.
        private const double Epsilon = 1e-6;

        private readonly float most;
        private readonly WorkerPool pool;
        private readonly double[] squares;
        private readonly Action<int, int> measure;
        private float factor;

        public ByNorm(float most, AlignedBuffer gradients, WorkerPool pool, ParameterPiece[] pieces)
        {
            (this.most, this.pool) = (most, pool);
            squares = new double[pieces.Length];
            measure = (_, piece) => squares[piece] = SumOfSquares.Of(gradients.Data + pieces[piece].Offset, pieces[piece].Length);
        }

        public override void Measure()
        {
            pool.Run(squares.Length, measure);
            double sum = 0;
            foreach (double square in squares)
            {
                sum += square;
            }

            factor = (float)Math.Min(1, most / (Math.Sqrt(sum) + Epsilon));
        }

        public override void Limit(float* gradients, int length)
        {
            if (factor != 1)
            {
                Descent.Run<V, GradientScale>(new(gradients, factor), length);
            }
        }
    }
}
