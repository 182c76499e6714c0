using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Scores images with a network that <see cref="CnnMulticlassTrainer"/> has trained. Adds <c>Score</c> (one probability for each class, a vector
/// of <see cref="float"/>) and <c>PredictedLabel</c> (a key with the values of the label). Safe to use from many threads.
/// </summary>
/// <remarks>
/// Rows of a data view are scored in batches on all cores; a row's score has the same bits whatever rows are beside it. A
/// <see cref="PredictionEngine{TSrc, TDst}"/> scores on the caller's thread, with scores that agree within 1e-5.
/// A row with a pixel that is NaN or infinite gets NaN for every score and no label (key 0).
/// </remarks>
public sealed partial class CnnMulticlassPredictionTransformer
    : ISingleFeaturePredictionTransformer<CnnMulticlassModelParameters>,
        ISingleFeaturePredictionTransformer
{
    private readonly VectorDataViewType featureType;
    private readonly BatchScorers scorers;

    internal CnnMulticlassPredictionTransformer(CnnMulticlassModelParameters parameters, string feature, VectorDataViewType featureType)
    {
        (Model, FeatureColumnName, this.featureType) = (parameters, feature, featureType);
        scorers = new BatchScorers(parameters.Model);
    }

    /// <summary>What was learned.</summary>
    public CnnMulticlassModelParameters Model { get; }

    /// <summary>The column of pixels.</summary>
    public string FeatureColumnName { get; }

    /// <summary>The type that the column of pixels had in training.</summary>
    public DataViewType FeatureColumnType => featureType;

    /// <summary>Always: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The columns of an input, followed by <c>PredictedLabel</c> and <c>Score</c>.</summary>
    /// <param name="inputSchema">The columns of the rows to be scored.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of pixels, or it is not of the size or order that was trained on.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema)).OutputSchema;

    /// <summary>The input with the columns <c>PredictedLabel</c> and <c>Score</c>. Nothing is computed before a cursor asks for them.</summary>
    /// <param name="input">The rows to be scored.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of pixels, or it is not of the size or order that was trained on.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(Bind(input.Schema, nameof(input)), input);
    }

    /// <summary>A mapper that scores one row at a time, on the caller's thread.</summary>
    /// <param name="inputSchema">The columns of the rows to be scored.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of pixels, or it is not of the size or order that was trained on.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema));

    private BoundModel Bind(DataViewSchema schema, string parameter)
    {
        ArgumentNullException.ThrowIfNull(schema, parameter);
        DataViewSchema.Column feature = FeatureColumn.Find(schema, FeatureColumnName, parameter);
        FeatureColumn.CheckAgainst(featureType, feature, parameter);
        return new BoundModel(Model.Model, scorers, new MulticlassOutput(Model.NumberOfClasses, Model.Labels), schema, feature);
    }
}
