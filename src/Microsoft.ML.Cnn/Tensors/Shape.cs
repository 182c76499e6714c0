namespace Microsoft.ML.Cnn;

/// <summary>
/// The size of one example between two layers: <c>[Height, Width, Channels]</c>. A flat row of features is
/// <c>1 × 1 × Channels</c>; sound and other sequences are <c>1 × Width × Channels</c>.
/// </summary>
/// <param name="Height">Rows of pixels, at least 1.</param>
/// <param name="Width">Pixels in a row, at least 1.</param>
/// <param name="Channels">Values of a pixel, at least 1.</param>
public readonly record struct Shape(int Height, int Width, int Channels)
{
    /// <summary>A flat row of features.</summary>
    /// <param name="features">How many, at least 1.</param>
    public static Shape Flat(int features) => new(1, 1, features);

    /// <summary>Values of one example: height × width × channels.</summary>
    public long Length => (long)Height * Width * Channels;

    /// <summary>Whether this is a flat row of features: one pixel.</summary>
    public bool IsFlat => Height == 1 && Width == 1;

    /// <summary>Such as <c>28 x 28 x 1</c>, or <c>120</c> for a flat row.</summary>
    public override string ToString() => IsFlat ? $"{Channels}" : $"{Height} x {Width} x {Channels}";
}
