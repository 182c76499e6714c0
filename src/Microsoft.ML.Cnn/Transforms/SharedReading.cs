namespace Microsoft.ML.Cnn.Transforms;

/// <summary>How many cursors are to read a data view at once.</summary>
internal static class SharedReading
{
    /// <summary>More threads than these decode faster than a CPU learns.</summary>
    private const int MostShares = 16;

    /// <summary>
    /// One for each core where rows are made of objects, as images are, whose decoding is work: each cursor of a set does it in the thread that asks
    /// for the value. One where they are plain numbers, which are read faster than they are handed from thread to thread.
    /// </summary>
    /// <param name="schema">Of the view: columns that later ones were made of are still in it, if only hidden.</param>
    public static int SharesOf(DataViewSchema schema) =>
        schema.Any(column => typeof(IDisposable).IsAssignableFrom(column.Type.RawType))
            ? Math.Min(Environment.ProcessorCount, MostShares)
            : 1;
}
