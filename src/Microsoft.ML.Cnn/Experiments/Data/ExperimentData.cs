using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Experiments.Data;

/// <summary>What trials train on, and what they are compared by.</summary>
internal abstract record ExperimentData
{
    /// <summary>The columns of all rows.</summary>
    public abstract DataViewSchema Schema { get; }

    /// <summary>What each trial is trained on and measured with, once for each pair.</summary>
    /// <param name="labelName">The column of labels, by which rows are stratified.</param>
    /// <param name="seed">Of the division.</param>
    /// <exception cref="InvalidOperationException">There are not enough rows.</exception>
    public abstract IReadOnlyList<DataPair> Pairs(string labelName, int seed);

    /// <summary>Every row there is.</summary>
    /// <exception cref="InvalidOperationException">They cannot be put together.</exception>
    public abstract IDataView All(IHostEnvironment environment);

    /// <summary>What tells it from others.</summary>
    /// <param name="labelName">The column of labels.</param>
    public abstract string Identity(string labelName);

    /// <summary>Such as <c>5 folds</c>.</summary>
    public abstract override string ToString();
}

/// <summary>Rows to train on, and rows to measure with.</summary>
internal sealed record DataPair(IDataView Train, IDataView Validation);

/// <summary>Two views given.</summary>
internal sealed record GivenPair(IDataView Train, IDataView Validation) : ExperimentData
{
    public override DataViewSchema Schema => Train.Schema;

    public override IReadOnlyList<DataPair> Pairs(string labelName, int seed) => [new(Train, Validation)];

    public override IDataView All(IHostEnvironment environment)
    {
        try
        {
            return environment.Append(Train, Validation);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"The best trial cannot be refitted, since the rows for training and validation cannot be put together: {exception.Message} "
                    + "What would work: two views of the same columns and key values, SetDataset with one view and a fraction, or no SetRefit.",
                exception
            );
        }
    }

    public override string Identity(string labelName) =>
        $"{this}, {RowsIdentity.Of(Train, labelName)} and {RowsIdentity.Of(Validation, labelName)}";

    public override string ToString() => "rows for training and for validation";
}

/// <summary>One view, of which a share is held out.</summary>
internal sealed record HeldOutShare(IDataView Data, double Fraction) : ExperimentData
{
    public override DataViewSchema Schema => Data.Schema;

    public override IReadOnlyList<DataPair> Pairs(string labelName, int seed)
    {
        StratifiedParts parts = StratifiedParts.Measure(Data, labelName, [Fraction, 1 - Fraction], seed);
        return [new(new PartView(Data, parts, part => part == 1), new PartView(Data, parts, part => part == 0))];
    }

    public override IDataView All(IHostEnvironment environment) => Data;

    public override string Identity(string labelName) => $"{this}, {RowsIdentity.Of(Data, labelName)}";

    public override string ToString() => FormattableString.Invariant($"rows of which {Fraction} is held out");
}

/// <summary>One view in folds, each of which is measured with once, by a network that is trained on the others.</summary>
internal sealed record Folds(IDataView Data, int Count) : ExperimentData
{
    public override DataViewSchema Schema => Data.Schema;

    public override IReadOnlyList<DataPair> Pairs(string labelName, int seed)
    {
        StratifiedParts parts = StratifiedParts.Measure(Data, labelName, [.. Enumerable.Repeat(1.0 / Count, Count)], seed);
        return
        [
            .. Enumerable
                .Range(0, Count)
                .Select(fold => new DataPair(
                    new PartView(Data, parts, part => part != fold),
                    new PartView(Data, parts, part => part == fold)
                )),
        ];
    }

    public override IDataView All(IHostEnvironment environment) => Data;

    public override string Identity(string labelName) => $"{this}, {RowsIdentity.Of(Data, labelName)}";

    public override string ToString() => $"{Count} folds";
}
