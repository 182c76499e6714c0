namespace Microsoft.ML.Cnn.Layers;

/// <summary>What stands beyond the border of an image where it is padded.</summary>
public enum Border
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>One given value.</summary>
    Constant,

    /// <summary>The nearest pixel of the border: <c>a a | a b c | c c</c>.</summary>
    Replicate,

    /// <summary>
    /// The image mirrored at its outermost pixel, which is not repeated: <c>c b | a b c | b a</c>. The padding must be
    /// smaller than the image in that direction.
    /// </summary>
    Reflect,
}
