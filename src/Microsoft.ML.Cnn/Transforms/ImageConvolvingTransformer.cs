using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn;

/// <summary>Adds a column of images convolved with filters; see <see cref="ImageConvolvingEstimator"/>.</summary>
public sealed partial class ImageConvolvingTransformer : ImageRowTransformer
{
    private readonly Filtering filtering;
    private readonly ConcurrentDictionary<ImageLayout, BatchScorers> scorers = [];

    internal ImageConvolvingTransformer(Filtering filtering) => this.filtering = filtering;

    /// <summary>The column of results.</summary>
    public string OutputColumnName => filtering.Output;

    /// <summary>The column of images.</summary>
    public string InputColumnName => filtering.Input;

    /// <summary>The filters.</summary>
    public ImmutableArray<ImageFilter> Filters => filtering.Filters;

    private protected override BoundModel Bind(DataViewSchema schema, string parameter)
    {
        ArgumentNullException.ThrowIfNull(schema, parameter);
        DataViewSchema.Column column = FeatureColumn.Find(schema, InputColumnName, parameter, acceptsBytes: true);
        VectorDataViewType type = (VectorDataViewType)column.Type;
        ImageLayout image = InputShapeRule.Infer(column.Name, type, filtering.InputShape, filtering.PixelOrder);
        BatchScorers ofLayout;
        try
        {
            ofLayout = scorers.GetOrAdd(image, layout => new BatchScorers(filtering.ModelFor(layout)));
        }
        catch (ShapeException exception)
        {
            throw new ArgumentOutOfRangeException(parameter, $"Column '{column.Name}' of type {type}: {exception.Message}");
        }

        Shape results = ofLayout.Model.Description.OutputShape with { Channels = filtering.Results(image.Shape.Channels) };
        FilteredImage filtered = new(results, image.Order, HasChannels: type.Dimensions.Length != 2 || results.Channels > 1);
        bool namesChannels = filtering.Channels == ChannelCombination.PerChannel && image.Shape.Channels > 1;
        IEnumerable<string> SlotNames() => filtered.SlotNames(Results(), namesChannels);
        ImageColumnOutput output = filtering.Magnitude
            ? new MagnitudeOutput(OutputColumnName, filtered.Dimensions, SlotNames, results.Channels, image.Order)
            : new ImageColumnOutput(OutputColumnName, filtered.Dimensions, SlotNames);
        return new BoundModel(ofLayout.Model, ofLayout, output, schema, column);
    }

    /// <summary>What the results of a channel are called.</summary>
    private ImmutableArray<string> Results() =>
        filtering.Magnitude ? [nameof(filtering.Magnitude)] : [.. Filters.Select(filter => filter.Name)];
}
