namespace Microsoft.ML.Cnn.Training;

/// <summary>One block, filled when it is asked for by who asks for it.</summary>
internal sealed class OnDemand<T>(T block, FillBlock<T> fill) : IBlocks<T>
    where T : class
{
    private bool isFilled;

    public T? Peek(Action? throwIfCanceled = null)
    {
        isFilled = isFilled || fill(block, CancellationToken.None);
        return isFilled ? block : null;
    }

    public void Release() => isFilled = false;

    public void Dispose() { }
}
