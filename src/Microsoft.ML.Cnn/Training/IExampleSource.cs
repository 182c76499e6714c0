namespace Microsoft.ML.Cnn.Training;

/// <summary>Where examples come from, as often as they are asked for.</summary>
internal interface IExampleSource
{
    /// <summary>Values of an image.</summary>
    int PixelsPerRow { get; }

    /// <summary>Numbers that the outputs for a row are compared with; 0 where labels are classes alone.</summary>
    int TargetsPerRow { get; }

    /// <summary>Pixels and targets of a row.</summary>
    int RowLength => PixelsPerRow + TargetsPerRow;

    /// <summary>Whether <see cref="Open"/> can give all rows in a random order.</summary>
    bool CanShuffle { get; }

    /// <summary>Begins one pass.</summary>
    /// <param name="shuffleSeed">Of a random order, the same for the same seed; null for the order of the source.</param>
    /// <param name="isWanted">
    /// Whether to read a row, by a number that it keeps from pass to pass; the images of others are left unread. May be called on any
    /// thread. Null for all rows.
    /// </param>
    IExampleReader Open(int? shuffleSeed, Func<uint, bool>? isWanted = null);
}

/// <summary>One pass over the rows of a source. Used by one thread at a time.</summary>
internal interface IExampleReader : IDisposable
{
    /// <summary>A number of the row read last that it keeps from pass to pass: a hash of its identity.</summary>
    uint RowKey { get; }

    /// <summary>Reads the next row that counts: one with a label and a weight above zero.</summary>
    /// <param name="row">Receives the image, and its targets behind it: finite numbers.</param>
    /// <param name="label">The class, counted from 0; 0 where labels are numbers.</param>
    /// <param name="weight">The weight of the example, above 0.</param>
    /// <returns>Whether there was one.</returns>
    bool Read(Span<float> row, out int label, out float weight);
}
