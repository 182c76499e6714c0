namespace Microsoft.ML.Cnn.Training;

/// <summary>Where examples come from, as often as they are asked for.</summary>
internal interface IExampleSource
{
    /// <summary>Values of an image.</summary>
    int PixelsPerRow { get; }

    /// <summary>Whether <see cref="Open"/> can give all rows in a random order.</summary>
    bool CanShuffle { get; }

    /// <summary>Begins one pass over all rows.</summary>
    /// <param name="shuffleSeed">Of a random order, the same for the same seed; null for the order of the source.</param>
    IExampleReader Open(int? shuffleSeed);
}

/// <summary>One pass over the rows of a source. Used by one thread at a time.</summary>
internal interface IExampleReader : IDisposable
{
    /// <summary>Reads the next row that counts: one with a label and a weight above zero.</summary>
    /// <param name="pixels">Receives the image.</param>
    /// <param name="label">The class, counted from 0.</param>
    /// <param name="weight">The weight of the example, above 0.</param>
    /// <returns>Whether there was one.</returns>
    bool Read(Span<float> pixels, out int label, out float weight);

    /// <summary>Passes over the next row that counts. To be overridden where an image that is not wanted can be left unread.</summary>
    /// <param name="scratch">Room for an image; what it holds afterwards is of no interest.</param>
    /// <returns>Whether there was one.</returns>
    bool Skip(Span<float> scratch) => Read(scratch, out _, out _);
}
