namespace Microsoft.ML.Cnn.Training;

/// <summary>Rows that know their place in a pass.</summary>
internal interface IRowBlock
{
    /// <summary>Rows, at least 1.</summary>
    int Count { get; }

    /// <summary>
    /// The number of the run of rows that a row belongs to. Numbers never fall from row to row, and all rows of a number come from one side: the
    /// smallest first gives the order back. It is what ML.NET calls the batch of a cursor.
    /// </summary>
    long NumberOf(int row);
}

/// <summary>The rows of a pass in their order, put together from several sides that each have a share of them.</summary>
/// <param name="sides">The shares; disposed with this.</param>
internal sealed class MergedRows<TBlock>(IReadOnlyList<IBlocks<TBlock>> sides) : IDisposable
    where TBlock : class, IRowBlock
{
    private readonly int[] next = new int[sides.Count];
    private int side = -1;
    private long number;
    private TBlock? block;

    /// <summary>The block of the current row.</summary>
    public TBlock Block => block ?? throw new InvalidOperationException("There is no current row.");

    /// <summary>The current row in it.</summary>
    public int Row { get; private set; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext(Action? throwIfCanceled = null)
    {
        if (block is not null && ++next[side] == block.Count)
        {
            next[side] = 0;
            sides[side].Release();
            block = null;
        }

        // Nothing of another side can come between two rows of a number.
        block = side < 0 ? null : block ?? sides[side].Peek(throwIfCanceled);
        if (block is null || (block.NumberOf(next[side]) != number && sides.Count > 1))
        {
            ChooseSide(throwIfCanceled);
        }

        if (block is null)
        {
            return false;
        }

        Row = next[side];
        number = block.NumberOf(Row);
        return true;
    }

    public void Dispose()
    {
        foreach (IBlocks<TBlock> blocks in sides)
        {
            blocks.Dispose();
        }
    }

    private void ChooseSide(Action? throwIfCanceled)
    {
        (side, block) = (-1, null);
        long least = 0;
        for (int i = 0; i < sides.Count; i++)
        {
            TBlock? head = sides[i].Peek(throwIfCanceled);
            if (head is not null && (block is null || head.NumberOf(next[i]) < least))
            {
                (side, block, least) = (i, head, head.NumberOf(next[i]));
            }
        }
    }
}
