namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>One operation, compiled for a layout, a batch size and an instruction set: the passes it consists of.</summary>
internal abstract class Step
{
    /// <summary>How it is computed, in words for a summary.</summary>
    public virtual string Algorithm => "one pass";

    /// <summary>What depends on the parameters alone, such as packing; before the first pass, and again when they change.</summary>
    public virtual IEnumerable<BatchPass> Prepare => [];

    public abstract IEnumerable<Pass> Forward { get; }

    /// <summary>Fills the gradient of the input, if it has one, and adds those of parameters to the shard's sums.</summary>
    public abstract IEnumerable<Pass> Backward { get; }

    /// <summary>Adds up the shards' sums, always in the order of the shards.</summary>
    public virtual IEnumerable<BatchPass> Reduce => [];

    /// <summary>The name of an algorithm, and whether all workers share it forward, instead of each carrying slices of its own through it.</summary>
    protected string WithSharing(string name) => Forward.Any(pass => pass is BatchPass) ? $"{name}, shared" : name;
}
