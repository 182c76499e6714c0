namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>One panel of one of the products.</summary>
/// <param name="Point">The number of the pair of interpolation points.</param>
/// <param name="Group">Of the convolution.</param>
/// <param name="Block">The first of its one or two blocks of output channels.</param>
/// <param name="IsPair">Whether it has two: where a group ends with a single one, that is read twice and stored once.</param>
internal readonly record struct ProductPanel(int Point, int Group, int Block, bool IsPair);

/// <summary>
/// The independent pieces of the products: the panels, two vectors of output channels wide, of the first pair of points, then those of
/// the next, so that neighbouring pieces read the same left matrix.
/// </summary>
internal readonly record struct ProductPanels(int PointPairs, ChannelBlocks Outputs)
{
    public int Count => PointPairs * OfPoint;

    private int OfGroup => (Outputs.PerGroup + 1) / 2;

    private int OfPoint => Outputs.Groups * OfGroup;

    public ProductPanel this[int piece]
    {
        get
        {
            (int point, int panel) = Math.DivRem(piece, OfPoint);
            (int group, int inGroup) = Math.DivRem(panel, OfGroup);
            return new ProductPanel(point, group, group * Outputs.PerGroup + 2 * inGroup, 2 * inGroup + 1 < Outputs.PerGroup);
        }
    }
}
