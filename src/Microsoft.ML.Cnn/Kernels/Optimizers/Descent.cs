using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>How an optimizer changes parameters, each by itself. Holds where they, their gradients and their moments lie.</summary>
internal interface IDescentRule
{
    /// <summary>Changes one vector of parameters, from an index on.</summary>
    void Step<V>(nint index)
        where V : struct, IVector<V>;
}

/// <summary>Takes a step over a flat range, element by element: the same bits on every width.</summary>
internal static class Descent
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, TRule>(TRule rule, int length)
        where V : struct, IVector<V>
        where TRule : struct, IDescentRule
    {
        nint i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            rule.Step<V>(i);
        }

        for (; i < length; i++)
        {
            rule.Step<F32x1>(i);
        }
    }
}
