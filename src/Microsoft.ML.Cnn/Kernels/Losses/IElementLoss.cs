using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>A loss that compares each output with a target of its own.</summary>
internal interface IElementLoss
{
    /// <summary>Whether targets are 0 and 1 for two classes, or the share of the second where both are wanted, so that the sign of an output says which.</summary>
    static abstract bool Classifies { get; }

    double Loss(double x, double target);

    /// <summary>The derivative of the loss by x.</summary>
    V Derivative<V>(V x, V target)
        where V : struct, IVector<V>;
}
