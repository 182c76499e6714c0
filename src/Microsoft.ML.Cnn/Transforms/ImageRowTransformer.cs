using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn;

/// <summary>
/// A transformer that makes a column of each row's image. Rows of a data view are computed in batches on all cores, those of a
/// <see cref="PredictionEngine{TSrc, TDst}"/> on the caller's thread. An image with a pixel that is NaN or infinite gives NaN for every value. Safe to use
/// from many threads.
/// </summary>
public abstract class ImageRowTransformer : ITransformer
{
    private protected ImageRowTransformer() { }

    /// <summary>Always: each row is computed by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The columns of an input, followed by the one added.</summary>
    /// <param name="inputSchema">The columns of the rows to be transformed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of images of that name, or it is of a type or size that does not fit.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema)).OutputSchema;

    /// <summary>The input with a column more. Nothing is computed before a cursor asks for it.</summary>
    /// <param name="input">The rows to be transformed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of images of that name, or it is of a type or size that does not fit.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(Bind(input.Schema, nameof(input)), input);
    }

    /// <summary>A mapper that transforms one row at a time, on the caller's thread.</summary>
    /// <param name="inputSchema">The columns of the rows to be transformed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of images of that name, or it is of a type or size that does not fit.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    private protected abstract BoundModel Bind(DataViewSchema schema, string parameter);

    private protected abstract void Save(ModelSaveContext context);
}
