using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// A function of one value whose slope can be told from its result, so that training keeps the result alone. Implementations
/// are empty structs: kernels are compiled once for each.
/// </summary>
internal interface IActivation
{
    /// <summary>f(x). NaN in, NaN out.</summary>
    static abstract V Forward<V>(V x)
        where V : struct, IVector<V>;

    /// <summary>dy * f'(x), given y = f(x).</summary>
    static abstract V Backward<V>(V y, V dy)
        where V : struct, IVector<V>;
}
