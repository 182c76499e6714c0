using System.Collections.Concurrent;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// What the plans of one model have made of its parameters: packed and transformed filters, folded normalization. Plans that are compiled
/// alike share one set, however many threads they serve.
/// </summary>
internal sealed class Preparations
{
    private readonly ConcurrentDictionary<string, Preparation> byKind = [];

    /// <param name="kind">Names all decisions that the prepared parameters depend on.</param>
    public Preparation Of(string kind) => byKind.GetOrAdd(kind, _ => new Preparation(isShared: true));
}

/// <summary>The prepared parameters of plans of one kind.</summary>
/// <param name="isShared">Whether other plans may come and use them, so that their memory is left to the garbage collector.</param>
internal sealed class Preparation(bool isShared)
{
    private readonly Lock access = new();
    private Arena? first;
    private volatile bool isDone;

    /// <summary>Gives a plan's arena its memory: that of the first plan that asked.</summary>
    public void Provide(Arena arena)
    {
        lock (access)
        {
            if (first == null)
            {
                first = arena;
                arena.Allocate(isShared);
            }
            else
            {
                arena.ShareWith(first);
            }
        }
    }

    /// <summary>Prepares, unless another plan has.</summary>
    public void Once(Action prepare)
    {
        if (isDone)
        {
            return;
        }

        lock (access)
        {
            if (!isDone)
            {
                Again(prepare);
            }
        }
    }

    /// <summary>Prepares, since the parameters have changed.</summary>
    public void Again(Action prepare)
    {
        lock (access)
        {
            prepare();
            isDone = true;
        }
    }
}
