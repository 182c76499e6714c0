using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>The mean of a loss over the outputs of a row, and its gradient. A row of weight 0 counts for nothing and its gradient is zero.</summary>
internal static unsafe class ElementLossKernel<V, TLoss>
    where V : struct, IVector<V>
    where TLoss : struct, IElementLoss
{
    /// <summary>dx = weight / totalWeight * derivative / outputs, the gradient of the weighted mean. A NaN among the outputs of a row that counts makes the loss NaN.</summary>
    /// <param name="function">The loss.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="outputs">Of a row.</param>
    /// <param name="x">The outputs.</param>
    /// <param name="pitch">From a row of them to the next.</param>
    /// <param name="targets">As many as outputs.</param>
    /// <param name="targetPitch">From a row of them to the next.</param>
    /// <param name="weights">One a row.</param>
    /// <param name="inverseTotalWeight">1 over the sum of the weights of the batch.</param>
    /// <param name="dx">May take the place of x.</param>
    /// <param name="gradientPitch">From a row of it to the next.</param>
    /// <param name="errorScales">Of each output: what its error is multiplied by before it is squared; null for 1. Neither loss nor gradient know of it.</param>
    public static LossSums Run(
        TLoss function,
        int rows,
        int outputs,
        float* x,
        nint pitch,
        float* targets,
        nint targetPitch,
        float* weights,
        float inverseTotalWeight,
        float* dx,
        nint gradientPitch,
        float* errorScales = null
    )
    {
        LossSums sums = default;
        int whole = outputs - outputs % V.Count;
        for (int row = 0; row < rows; row++)
        {
            float* values = x + row * pitch;
            float* wanted = targets + row * targetPitch;
            float* gradient = dx + row * gradientPitch;
            float weight = weights[row];
            if (weight == 0)
            {
                new Span<float>(gradient, outputs).Clear();
                continue;
            }

            sums += Measure(function, outputs, values, wanted, weight, errorScales);
            float factor = weight * inverseTotalWeight / outputs;
            Derive<V>(function, values, wanted, factor, gradient, 0, whole);
            Derive<F32x1>(function, values, wanted, factor, gradient, whole, outputs);
        }

        return sums;
    }

    private static LossSums Measure(TLoss function, int outputs, float* x, float* targets, float weight, float* errorScales)
    {
        double loss = 0;
        double squares = 0;
        double hits = 0;
        for (int i = 0; i < outputs; i++)
        {
            double difference = (double)x[i] - targets[i];
            loss += function.Loss(x[i], targets[i]);
            double error = errorScales is null ? difference : difference * errorScales[i];
            squares += error * error;
            hits += x[i] > 0 ? targets[i] : 1 - (double)targets[i];
        }

        double share = (double)weight / outputs;
        return TLoss.Classifies ? new LossSums(share * loss, share * hits) : new LossSums(share * loss, 0, share * squares);
    }

    private static void Derive<TVector>(TLoss function, float* x, float* targets, float factor, float* gradient, int from, int to)
        where TVector : struct, IVector<TVector>
    {
        for (nint i = from; i < to; i += TVector.Count)
        {
            TVector derivative = function.Derivative(TVector.Load(x + i), TVector.Load(targets + i));
            (derivative * TVector.Broadcast(factor)).Store(gradient + i);
        }
    }
}
