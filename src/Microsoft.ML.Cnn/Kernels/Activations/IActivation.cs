using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// A function of one value. Implementations are small structs that hold what it depends on, nothing for most: kernels are compiled once for each.
/// </summary>
internal interface IActivation
{
    /// <summary>Whether its slope is told from what goes in, where the result does not tell it.</summary>
    static abstract bool ReadsInput { get; }

    /// <summary>f(x). NaN in, NaN out.</summary>
    V Forward<V>(V x)
        where V : struct, IVector<V>;

    /// <summary>dy * f'(x), given y = f(x) or, where it <see cref="ReadsInput"/>, x.</summary>
    V Backward<V>(V kept, V dy)
        where V : struct, IVector<V>;
}
