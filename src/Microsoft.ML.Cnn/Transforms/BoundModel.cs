using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A model bound to the schema of what it scores: the mapper that ML.NET asks for, and what cursors share.</summary>
internal sealed class BoundModel : IRowToRowMapper
{
    private readonly ScoreColumns columns;

    /// <param name="model">What gives the scores.</param>
    /// <param name="scorers">Of that model.</param>
    /// <param name="columns">What is made of the scores.</param>
    /// <param name="input">The columns of the rows to be scored.</param>
    /// <param name="feature">The column of pixels among them.</param>
    public BoundModel(CnnModel model, BatchScorers scorers, ScoreColumns columns, DataViewSchema input, DataViewSchema.Column feature)
    {
        (Model, Scorers, this.columns, InputSchema, Feature) = (model, scorers, columns, input, feature);
        OutputSchema = columns.AppendTo(input);
    }

    public CnnModel Model { get; }

    public BatchScorers Scorers { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column Feature { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        ArgumentNullException.ThrowIfNull(dependingColumns);
        SortedSet<int> indexes = [.. dependingColumns.Select(column => IsScore(column) ? Feature.Index : column.Index)];
        return indexes.Select(index => InputSchema[index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return new ScoredRow(this, input, Active(activeColumns));
    }

    /// <summary>Whether a column of the output is one that the model adds.</summary>
    public bool IsScore(DataViewSchema.Column column) => column.Index >= InputSchema.Count;

    /// <summary>For each column of the output whether it is among those given.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>The getter of an added column.</summary>
    public Delegate ScoreGetter(DataViewSchema.Column column, CurrentScores scores) =>
        columns.Getter(column.Index - InputSchema.Count, scores);

    /// <summary>A getter as the type that a caller asks for.</summary>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public static ValueGetter<TValue> Typed<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Column '{column.Name}' is of type {column.Type}, whose values are {column.Type.RawType}, not {typeof(TValue)}."
        );
}
