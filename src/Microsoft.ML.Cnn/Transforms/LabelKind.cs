using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A type that the values of a key column can have: its name in files, and how a value becomes text and comes back the same.</summary>
internal abstract class LabelKind(string name, PrimitiveDataViewType itemType)
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Every type that ML.NET makes keys of. Names are written into files: they never change.</summary>
    public static ImmutableArray<LabelKind> All { get; } =
    [
        new LabelKind<ReadOnlyMemory<char>>("text", TextDataViewType.Instance, value => value.ToString(), text => text.AsMemory()),
        new LabelKind<bool>("boolean", BooleanDataViewType.Instance, value => value ? "true" : "false", bool.Parse),
        Number<sbyte>("int8", NumberDataViewType.SByte),
        Number<byte>("uint8", NumberDataViewType.Byte),
        Number<short>("int16", NumberDataViewType.Int16),
        Number<ushort>("uint16", NumberDataViewType.UInt16),
        Number<int>("int32", NumberDataViewType.Int32),
        Number<uint>("uint32", NumberDataViewType.UInt32),
        Number<long>("int64", NumberDataViewType.Int64),
        Number<ulong>("uint64", NumberDataViewType.UInt64),
        Number<float>("single", NumberDataViewType.Single),
        Number<double>("double", NumberDataViewType.Double),
        new LabelKind<DateTime>(
            "dateTime",
            DateTimeDataViewType.Instance,
            value => value.ToString("O", Culture),
            text => DateTime.ParseExact(text, "O", Culture, DateTimeStyles.RoundtripKind)
        ),
        new LabelKind<DateTimeOffset>(
            "dateTimeOffset",
            DateTimeOffsetDataViewType.Instance,
            value => value.ToString("O", Culture),
            text => DateTimeOffset.ParseExact(text, "O", Culture)
        ),
        new LabelKind<TimeSpan>(
            "timeSpan",
            TimeSpanDataViewType.Instance,
            value => value.ToString("c", Culture),
            text => TimeSpan.ParseExact(text, "c", Culture)
        ),
        new LabelKind<DataViewRowId>(
            "rowId",
            RowIdDataViewType.Instance,
            value => $"{value.High:x16}{value.Low:x16}",
            text => new DataViewRowId(Hexadecimal(text[16..]), Hexadecimal(text[..16]))
        ),
    ];

    public string Name { get; } = name;

    public PrimitiveDataViewType ItemType { get; } = itemType;

    /// <summary>The key values of a column that has values of this kind.</summary>
    public abstract LabelValues Of(DataViewSchema.Column column);

    /// <summary>Values from the text of each.</summary>
    /// <exception cref="FormatException">A text is no value of this kind.</exception>
    /// <exception cref="OverflowException">A text is a number too great for this kind.</exception>
    public abstract LabelValues Parse(IEnumerable<string> texts);

    private static LabelKind<T> Number<T>(string name, PrimitiveDataViewType itemType)
        where T : IFormattable, IParsable<T> => new(name, itemType, value => value.ToString(null, Culture), text => T.Parse(text, Culture));

    private static ulong Hexadecimal(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, Culture);
}

/// <inheritdoc/>
internal sealed class LabelKind<T>(string name, PrimitiveDataViewType itemType, Func<T, string> format, Func<string, T> parse)
    : LabelKind(name, itemType)
{
    public override LabelValues Of(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(LabelValues.KeyValues, ref values);
        return Create([.. values.DenseValues()]);
    }

    public override LabelValues Parse(IEnumerable<string> texts) => Create([.. texts.Select(parse)]);

    private LabelValues<T> Create(ImmutableArray<T> values) => new(this, values, [.. values.Select(format)]);
}
