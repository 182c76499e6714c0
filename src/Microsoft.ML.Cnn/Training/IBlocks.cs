namespace Microsoft.ML.Cnn.Training;

/// <summary>Blocks in a row, each of which is filled, taken, and given back to be filled again.</summary>
internal interface IBlocks<T> : IDisposable
    where T : class
{
    /// <summary>The next block, waited for if need be; the same until it is given back. Null at the end.</summary>
    /// <param name="throwIfCanceled">Called now and then while waiting.</param>
    /// <remarks>An exception of whoever fills blocks is thrown here as it was there, after the blocks before it.</remarks>
    T? Peek(Action? throwIfCanceled = null);

    /// <summary>Gives back the block that <see cref="Peek"/> gave.</summary>
    void Release();
}

/// <summary>Fills a block.</summary>
/// <param name="block">What was given back last, or was never filled.</param>
/// <param name="stopping">Where it is canceled, what is filled no longer matters.</param>
/// <returns>Whether there was anything to fill it with.</returns>
internal delegate bool FillBlock<T>(T block, CancellationToken stopping);
