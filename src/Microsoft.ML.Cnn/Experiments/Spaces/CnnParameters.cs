using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn;

/// <summary>What one trial tries: a value for each thing that varies in it. Immutable; equal to another with equal values.</summary>
[JsonConverter(typeof(ParametersConverter))]
public sealed class CnnParameters : IEquatable<CnnParameters>
{
    private readonly ImmutableSortedDictionary<string, object> values;

    /// <summary>Creates parameters: what a tuner proposes, or an experiment tried elsewhere.</summary>
    /// <param name="values">Names, those under alternatives as paths, with values: finite numbers, texts, truth values or enumeration values. No name twice.</param>
    /// <exception cref="ArgumentException">A name is there twice, or a value is of a type that cannot be written to a file.</exception>
    public CnnParameters(IEnumerable<KeyValuePair<string, object>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ImmutableSortedDictionary<string, object>.Builder kept = ImmutableSortedDictionary.CreateBuilder<string, object>(
            StringComparer.Ordinal
        );
        foreach ((string name, object value) in values)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(values));
            if (!kept.TryAdd(name, Normalize(value)))
            {
                throw new ArgumentException($"Parameters have each name once, received '{name}' twice.", nameof(values));
            }
        }

        this.values = kept.ToImmutable();
    }

    /// <summary>The names that have a value, sorted; those under alternatives as paths, such as <c>Optimizer.Momentum</c>.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>The value of a name: a <see cref="double"/>, <see cref="int"/>, <see cref="bool"/> or <see cref="string"/>.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public object this[string name] =>
        values.TryGetValue(name, out object? value)
            ? value
            : throw new ArgumentException($"There is no parameter '{name}'. There are: {string.Join(", ", values.Keys)}.", nameof(name));

    /// <summary>Whether there is a value of that name.</summary>
    public bool Contains(string name) => values.ContainsKey(name);

    /// <summary>The value of a name as the type wanted: a number type, <see cref="bool"/>, <see cref="string"/> or an enumeration.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public T Get<T>(string name) => (T)Convert(this[name], typeof(T), name);

    /// <inheritdoc/>
    public bool Equals(CnnParameters? other) => other is not null && values.SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CnnParameters);

    /// <inheritdoc/>
    public override int GetHashCode() => values.Aggregate(0, (hash, value) => HashCode.Combine(hash, value.Key, value.Value));

    /// <summary>Such as <c>Blocks = 2, LearningRate = 0.03</c>.</summary>
    public override string ToString() =>
        string.Join(", ", values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Key} = {value.Value:G5}")));

    /// <summary>A value as it is kept: what users write as float, long or enumeration in one of four types.</summary>
    /// <exception cref="ArgumentException">It is of a type that cannot be kept, or no finite number.</exception>
    internal static object Normalize(object value) =>
        value switch
        {
            double or float when !double.IsFinite(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)) =>
                throw new ArgumentException(FormattableString.Invariant($"A number has to be finite, received {value}."), nameof(value)),
            bool or int or double or string => value,
            Enum => value.ToString()!,
            float single => double.Parse(single.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            byte or sbyte or short or ushort => System.Convert.ToInt32(value, CultureInfo.InvariantCulture),
            long and >= int.MinValue and <= int.MaxValue => System.Convert.ToInt32(value, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException(
                $"A value is a number, a text, a truth value or an enumeration value, received {value ?? "null"} ({value?.GetType().Name}). "
                    + "What would work: a name for each alternative, and a function from names to what they stand for.",
                nameof(value)
            ),
        };

    internal static object Convert(object value, Type type, string name)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            return bare.IsInstanceOfType(value) ? value
                : bare.IsEnum && value is string member && Enum.IsDefined(bare, member) ? Enum.Parse(bare, member)
                : System.Convert.ChangeType(value, bare, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is InvalidCastException or FormatException or OverflowException or ArgumentException)
        {
            string members = bare.IsEnum ? $" There are: {string.Join(", ", Enum.GetNames(bare))}." : "";
            throw new InvalidCastException(
                FormattableString.Invariant($"Parameter '{name}' is {value} ({value.GetType().Name}), which is no {bare.Name}.{members}"),
                exception
            );
        }
    }
}

/// <summary>Parameters as a JSON object of numbers, texts and truth values. A real number always has a point or an exponent, a whole one never.</summary>
internal sealed class ParametersConverter : JsonConverter<CnnParameters>
{
    public override CnnParameters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Dictionary<string, object> values = [];
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            values.Add(property.Name, Value(property.Value));
        }

        return new CnnParameters(values);
    }

    public override void Write(Utf8JsonWriter writer, CnnParameters value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (string name in value.Names)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(
                value[name] switch
                {
                    string text => JsonSerializer.Serialize(text),
                    bool truth => truth ? "true" : "false",
                    int whole => whole.ToString(CultureInfo.InvariantCulture),
                    double real => RealText(real),
                    object other => throw new InvalidOperationException($"Parameters have no values of {other.GetType()}."),
                }
            );
        }

        writer.WriteEndObject();
    }

    private static string RealText(double real)
    {
        string text = real.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0";
    }

    private static object Value(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when element.GetRawText().AsSpan().ContainsAny('.', 'E', 'e') => element.GetDouble(),
            JsonValueKind.Number => element.GetInt32(),
            _ => throw new JsonException($"A parameter is a number, a text or a truth value, received {element.ValueKind}."),
        };
}
