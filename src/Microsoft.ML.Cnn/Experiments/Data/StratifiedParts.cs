using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Experiments.Data;

/// <summary>
/// Divides the rows of a view into parts, each class in the same shares, to within a thousandth of its rows. A row's part follows from its class and a hash of its identity: the
/// hashes of a class fall into 1,024 bins, of which each part has a stretch.
/// </summary>
internal sealed class StratifiedParts
{
    private const int NoClass = 0;

    private readonly RowBins bins;
    private readonly Dictionary<int, int[]> partsOfBins = [];

    private StratifiedParts(RowBins bins, DataViewSchema.Column? label) => (this.bins, Label) = (bins, label);

    /// <summary>The column of classes; null where there are none.</summary>
    public DataViewSchema.Column? Label { get; }

    /// <param name="view">All rows.</param>
    /// <param name="labelName">The column of labels: rows are stratified by keys, truth values or texts in it, and not by anything else.</param>
    /// <param name="shares">Of the parts; their sum is 1.</param>
    /// <param name="seed">Another seed divides otherwise.</param>
    /// <exception cref="InvalidOperationException">A part would have no row.</exception>
    public static StratifiedParts Measure(IDataView view, string labelName, IReadOnlyList<double> shares, int seed)
    {
        DataViewSchema.Column? label = view.Schema.GetColumnOrNull(labelName) is { } column && HasClasses(column) ? column : null;
        StratifiedParts parts = new(new RowBins(RandomBits.Key((uint)seed, RandomBits.Key("experiment"))), label);
        BinHistograms histograms = new(parts.bins);
        using (DataViewRowCursor cursor = view.GetRowCursor(label is { } read ? [read] : []))
        {
            Func<int> readClass = ClassReader(cursor, label);
            ValueGetter<DataViewRowId> readId = cursor.GetIdGetter();
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                readId(ref id);
                histograms.Count(readClass(), id);
            }
        }

        parts.Divide(histograms.Counts, shares);
        return parts;
    }

    /// <summary>The part, counted from 0, that a row is in.</summary>
    public int Of(int classOfRow, DataViewRowId id) =>
        partsOfBins.TryGetValue(classOfRow, out int[]? parts)
            ? parts[bins.Of(id)]
            : throw new InvalidOperationException(
                $"Column '{Label?.Name}' has a class that a first pass did not meet. What would work: data whose rows are the same in each pass, or caching them first."
            );

    /// <summary>Whether a column tells classes apart.</summary>
    public static bool HasClasses(DataViewSchema.Column column) =>
        column.Type is KeyDataViewType or BooleanDataViewType or TextDataViewType;

    /// <summary>Reads the class of the row that a cursor stands on, as a number; the same for all where there is no column of classes.</summary>
    public static Func<int> ClassReader(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is not { } label)
        {
            return () => NoClass;
        }

        Type raw = label.Type.RawType;
        return raw == typeof(bool) ? Reader<bool>(row, label, value => value ? 1 : 0)
            : raw == typeof(byte) ? Reader<byte>(row, label, value => value)
            : raw == typeof(ushort) ? Reader<ushort>(row, label, value => value)
            : raw == typeof(uint) ? Reader<uint>(row, label, value => (int)value)
            : raw == typeof(ulong) ? Reader<ulong>(row, label, value => (int)value)
            : Reader<ReadOnlyMemory<char>>(row, label, value => (int)RandomBits.Key(value.ToString()));
    }

    private static Func<int> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, int> classOf)
    {
        ValueGetter<T> read = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            read(ref value);
            return classOf(value);
        };
    }

    /// <summary>A bin belongs to the part in whose stretch of the class's rows its middle lies.</summary>
    private void Divide(IReadOnlyDictionary<int, int[]> histograms, IReadOnlyList<double> shares)
    {
        long[] rowsOfParts = new long[shares.Count];
        foreach ((int classOfRows, int[] histogram) in histograms)
        {
            long all = histogram.Sum(rows => (long)rows);
            int[] parts = new int[histogram.Length];
            long before = 0;
            double end = shares[0];
            int part = 0;
            for (int bin = 0; bin < histogram.Length; bin++)
            {
                while (part < shares.Count - 1 && before + histogram[bin] / 2.0 > end * all)
                {
                    end += shares[++part];
                }

                parts[bin] = part;
                rowsOfParts[part] += histogram[bin];
                before += histogram[bin];
            }

            partsOfBins.Add(classOfRows, parts);
        }

        if (rowsOfParts.Contains(0))
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"{rowsOfParts.Sum()} rows cannot be divided into {shares.Count} parts with shares {string.Join(", ", shares.Select(share => share.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)))}: one would be empty. "
                )
                    + "What would work: more rows, fewer folds or a greater fraction. (Data whose rows share one identity cannot be divided either.)"
            );
        }
    }
}
