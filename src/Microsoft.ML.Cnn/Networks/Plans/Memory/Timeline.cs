using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>A place in the order of a plan's passes, and the phase it belongs to: slice passes that follow each other share one.</summary>
internal readonly record struct Moment(int Pass, int Phase);

/// <summary>From the pass that makes a value to the last that reads it, both included.</summary>
internal readonly record struct Life(Moment Begin, Moment End)
{
    /// <summary>Whether no barrier lies between: a worker makes the value and uses it up, slice by slice.</summary>
    public bool IsWithinPhase => Begin.Phase == End.Phase;

    public static Life From(Life made, Life usedUp) => new(made.Begin, usedUp.End);
}

/// <summary>The passes of a plan, numbered as they run.</summary>
internal sealed class Timeline
{
    private int passes;
    private int phase = -1;
    private bool isInSlices;

    /// <summary>When the passes of a step run; a step without passes has the moment before it.</summary>
    /// <param name="turn">The passes.</param>
    /// <param name="made">What they make. Where it has a halo, that may have to be cleared, slice by slice, before.</param>
    public Life Add(IEnumerable<Pass> turn, params IEnumerable<Blob?> made)
    {
        Moment? begin = null;
        IEnumerable<Pass> clearing = made.OfType<Blob>()
            .Where(blob => blob.Halo != Halo.None)
            .Select(blob => new SlicePass(blob.ClearHalo));
        foreach (Pass pass in clearing.Concat(turn))
        {
            bool continues = pass is SlicePass && isInSlices;
            isInSlices = pass is SlicePass;
            phase += continues ? 0 : 1;
            begin ??= new Moment(passes, phase);
            passes++;
        }

        Moment end = new(Math.Max(0, passes - 1), Math.Max(0, phase));
        return new Life(begin ?? end, end);
    }
}
