using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Decisions;

/// <summary>An operation as a plan runs it: with what was fused into it, the layout of what it reads and makes, and how it is computed.</summary>
internal sealed record PlannedOperation(Operation Operation, Layout InputLayout, Layout OutputLayout)
{
    public Primitive Primitive => Operation.Primitive;

    /// <summary>Whether a ReLU is applied to the result on its way out.</summary>
    public bool Rectify { get; init; }

    /// <summary>The paths of the layers that were fused into it.</summary>
    public ImmutableArray<string> Fused { get; init; } = [];

    /// <summary>A batch normalization that predicts, folded into the filters before it.</summary>
    public Operation? Normalization { get; init; }

    /// <summary>Of a convolution.</summary>
    public ConvolutionMethod Method { get; init; }

    /// <summary>Whether all workers share the operation between two barriers, instead of each carrying images of its own through it.</summary>
    public bool IsSpread { get; init; }
}

/// <summary>How a convolution is computed.</summary>
internal enum ConvolutionMethod
{
    /// <summary>As a sum of products, channels in the lanes.</summary>
    Direct,

    /// <summary>Each channel by a filter of its own, channels in the lanes.</summary>
    Depthwise,

    /// <summary>As a sum of products, pixels of a row in the lanes; predicts only.</summary>
    Pixels,

    /// <summary>As a sum of products, images in the lanes.</summary>
    Lanes,

    /// <summary>By Winograd's minimal filtering along rows, images in the lanes.</summary>
    LaneWinograd,

    /// <summary>Likewise, in registers: sums are short.</summary>
    ShallowWinograd,

    /// <summary>By Winograd's minimal filtering, channels in the lanes.</summary>
    Winograd,

    /// <summary>Likewise, with filters so many that all workers share their products.</summary>
    SharedWinograd,
}
