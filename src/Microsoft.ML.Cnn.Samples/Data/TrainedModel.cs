using System.Collections.Immutable;
using Microsoft.ML.Cnn.Samples.Commands;
using Microsoft.ML.Cnn.Samples.Reports;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>A trained pipeline in an ML.NET zip.</summary>
internal sealed class TrainedModel
{
    private readonly ITransformer _pipeline;
    private readonly CnnMulticlassModelParameters _parameters;

    private TrainedModel(ITransformer pipeline, CnnMulticlassModelParameters parameters) =>
        (_pipeline, _parameters) = (pipeline, parameters);

    /// <summary>The network with its weights.</summary>
    public CnnModel Network => _parameters.Model;

    /// <summary>The labels that it was trained on, in the order of its classes.</summary>
    public ImmutableArray<string> Labels => _parameters.ClassNames;

    /// <summary>Saves a pipeline in place of a file that is there.</summary>
    public static void Save(MLContext ml, ITransformer pipeline, DataViewSchema input, string path) =>
        PlacedFile.Write(path, stream => ml.Model.Save(pipeline, input, stream));

    /// <summary>Loads a pipeline as any program would: with a fresh context and no registration of anything.</summary>
    /// <exception cref="UserErrorException">There is no such file, it is no model, or its model is of another kind.</exception>
    public static TrainedModel Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"There is no model file '{path}'; the command {LeNet5Command.Name} trains one.");
        }

        ITransformer pipeline;
        try
        {
            pipeline = new MLContext().Model.Load(path, out _);
        }
        catch (Exception damage) when (ErrorLine.Explains(damage))
        {
            throw new UserErrorException($"'{path}' cannot be loaded as a model: {ErrorLine.Of(damage)}", damage);
        }

        return (pipeline as IEnumerable<ITransformer>)?.OfType<CnnMulticlassPredictionTransformer>().SingleOrDefault() is { } network
            ? new TrainedModel(pipeline, network.Model)
            : throw new UserErrorException(
                $"'{path}' is an ML.NET model, but not one of images that the command {LeNet5Command.Name} trains."
            );
    }

    /// <summary>The images with scores beside them.</summary>
    public IDataView Score(IDataView images) => _pipeline.Transform(images);

    /// <summary>What the scores are worth.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext ml, IDataView scored) => ml.MulticlassClassification.Evaluate(scored);
}
