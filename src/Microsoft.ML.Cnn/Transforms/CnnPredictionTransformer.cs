using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Serialization;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn;

/// <summary>Scores images with a trained network. Safe to use from many threads.</summary>
/// <typeparam name="TModel">What was learned.</typeparam>
/// <remarks>
/// Rows of a data view are scored in batches on all cores; a row's score has the same bits whatever rows are beside it. A
/// <see cref="PredictionEngine{TSrc, TDst}"/> scores on the caller's thread, with scores that agree within 1e-5.
/// A row with a pixel that is NaN or infinite gets NaN for every score.
/// </remarks>
public abstract class CnnPredictionTransformer<TModel>
    : ISingleFeaturePredictionTransformer<TModel>,
        ISingleFeaturePredictionTransformer,
        INetworkTransformer
    where TModel : class
{
    private readonly CnnModel network;
    private readonly ScoreColumns columns;
    private readonly TrainedColumns trained;
    private readonly BatchScorers scorers;
    private readonly ModelEntry entry;

    /// <param name="model">What was learned.</param>
    /// <param name="network">The network of it.</param>
    /// <param name="columns">What is made of the values of its last layer.</param>
    /// <param name="trained">The columns it was trained on.</param>
    /// <param name="entry">How it is kept in a model file.</param>
    private protected CnnPredictionTransformer(
        TModel model,
        CnnModel network,
        ScoreColumns columns,
        TrainedColumns trained,
        ModelEntry entry
    )
    {
        (Model, this.network, this.columns, this.trained, this.entry) = (model, network, columns, trained, entry);
        scorers = new BatchScorers(columns.Scored(network));
    }

    /// <summary>What was learned.</summary>
    public TModel Model { get; }

    CnnModel INetworkTransformer.Network => network;

    /// <summary>The column of pixels.</summary>
    public string FeatureColumnName => trained.Feature;

    /// <summary>The type that the column of pixels had in training.</summary>
    public DataViewType FeatureColumnType => trained.FeatureType;

    /// <summary>Always: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The columns of an input, followed by those that the model adds.</summary>
    /// <param name="inputSchema">The columns of the rows to be scored.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of pixels, or it is not of the size or order that was trained on.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema)).OutputSchema;

    /// <summary>The input with the columns that the model adds. Nothing is computed before a cursor asks for them.</summary>
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

    // A file holds two streams: the model, which CnnModel.Load reads as well, and the columns, which are ML.NET's affair.
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        entry.WriteHeader(ctx);
        ModelEntry.WriteStream(ctx, ModelZip.EntryName, stream => ModelPayload.Write(stream, network));
        ModelEntry.WriteStream(ctx, TrainedColumns.EntryName, trained.Write);
    }

    /// <summary>Reads what was saved.</summary>
    private protected static (CnnModel Network, TrainedColumns Trained) Read(ModelLoadContext context, ModelEntry entry)
    {
        entry.CheckHeader(context);
        CnnModel model = ModelPart.Read(context, ModelZip.EntryName, ModelPayload.Read);
        TrainedColumns columns = ModelPart.Read(context, TrainedColumns.EntryName, TrainedColumns.Read);
        columns.CheckAgainst(model);
        return (model, columns);
    }

    private BoundModel Bind(DataViewSchema schema, string parameter)
    {
        ArgumentNullException.ThrowIfNull(schema, parameter);
        DataViewSchema.Column feature = FeatureColumn.Find(schema, FeatureColumnName, parameter);
        FeatureColumn.CheckAgainst(trained.FeatureType, feature, parameter);
        return new BoundModel(scorers.Model, scorers, columns, schema, feature);
    }
}
