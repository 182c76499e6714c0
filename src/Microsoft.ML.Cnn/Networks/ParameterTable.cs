using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn;

/// <summary>One buffer of a layer inside the flat buffers of a network.</summary>
/// <param name="Path">Layer and name, such as <c>block2.conv1/weight</c>.</param>
/// <param name="Kind">Whether it lies in the buffer of parameters or in that of states.</param>
/// <param name="Offset">Its first element in that buffer.</param>
/// <param name="Shape">Its dimensions, the last one contiguous.</param>
/// <param name="Decay">Whether weight decay applies.</param>
/// <param name="RateMultiplier">What the learning rate is multiplied by, 1 by default.</param>
/// <param name="Frozen">Whether training leaves it as it is.</param>
public sealed record ParameterSegment(
    string Path,
    ParameterKind Kind,
    long Offset,
    ImmutableArray<int> Shape,
    bool Decay,
    float RateMultiplier = 1,
    bool Frozen = false
)
{
    /// <summary>The path of the layer.</summary>
    [JsonIgnore]
    internal string Layer => Path[..Path.LastIndexOf('/')];

    /// <summary>Elements.</summary>
    [JsonIgnore]
    public long Length => Shape.Aggregate(1L, (product, side) => checked(product * side));

    /// <summary>Equal in every field and dimension.</summary>
    public bool Equals(ParameterSegment? other) =>
        other is not null
        && (Path, Kind, Offset, Decay, RateMultiplier, Frozen)
            == (other.Path, other.Kind, other.Offset, other.Decay, other.RateMultiplier, other.Frozen)
        && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Kind, Offset);
}

/// <summary>
/// Says what lies where in the flat buffers of a network: parameters, gradients and optimizer state share the offsets of trainable
/// segments; running statistics have a buffer of their own. Every segment begins on a cache line; what lies between is zero.
/// </summary>
internal sealed class ParameterTable
{
    private readonly Dictionary<string, ParameterSegment> byPath;

    public ParameterTable(IEnumerable<ParameterSegment> segments)
    {
        Segments = [.. segments];
        byPath = Segments.ToDictionary(segment => segment.Path);
        TrainableLength = End(ParameterKind.Trainable);
        StateLength = End(ParameterKind.State);
    }

    public ImmutableArray<ParameterSegment> Segments { get; }

    public IEnumerable<ParameterSegment> Trainable => Segments.Where(segment => segment.Kind == ParameterKind.Trainable);

    /// <summary>Floats of the buffer of parameters, gaps included.</summary>
    public long TrainableLength { get; }

    /// <summary>Floats of the buffer of states, gaps included.</summary>
    public long StateLength { get; }

    /// <summary>Parameters, without the gaps.</summary>
    public long TrainableCount => Trainable.Sum(segment => segment.Length);

    /// <summary>Parameters that are not frozen.</summary>
    public long LearnedCount => Trainable.Where(segment => !segment.Frozen).Sum(segment => segment.Length);

    public ParameterSegment this[string path] => byPath[path];

    /// <summary>The segments of a layer.</summary>
    public IEnumerable<ParameterSegment> Of(string layer) => Segments.Where(segment => segment.Layer == layer);

    public static string PathOf(string layer, string name) => $"{layer}/{name}";

    /// <summary>The table of a network behind an input of the given shape.</summary>
    public static ParameterTable Of(Network network, Shape input)
    {
        List<ParameterSegment> segments = [];
        Dictionary<ParameterKind, long> ends = new() { [ParameterKind.Trainable] = 0, [ParameterKind.State] = 0 };
        _ = network.OutputShape(input);
        foreach (PlacedLayer placed in network.Place(input))
        {
            foreach (ParameterSpec spec in placed.Parameters)
            {
                segments.Add(new ParameterSegment(PathOf(placed.Path, spec.Name), spec.Kind, ends[spec.Kind], spec.Shape, spec.Decay));
                ends[spec.Kind] = checked(ends[spec.Kind] + AlignedBuffer.RoundUp(spec.Length));
            }
        }

        return new ParameterTable(segments);
    }

    private long End(ParameterKind kind) =>
        Segments
            .Where(segment => segment.Kind == kind)
            .Select(segment => AlignedBuffer.RoundUp(segment.Offset + segment.Length))
            .DefaultIfEmpty(0)
            .Max();
}

/// <summary>The flat buffers of a network's parameters and states, with the table that describes them.</summary>
internal sealed class ParameterStore : IDisposable
{
    public ParameterStore(ParameterTable table)
        : this(table, new AlignedBuffer(table.TrainableLength), new AlignedBuffer(table.StateLength)) { }

    /// <summary>A store of buffers that are filled already, as long as the table says.</summary>
    public ParameterStore(ParameterTable table, AlignedBuffer parameters, AlignedBuffer state)
    {
        Table = table;
        Parameters = parameters;
        State = state;
    }

    public ParameterTable Table { get; }

    public AlignedBuffer Parameters { get; }

    public AlignedBuffer State { get; }

    public Span<float> this[string path] => this[Table[path]];

    public unsafe Span<float> this[ParameterSegment segment] =>
        new((segment.Kind == ParameterKind.Trainable ? Parameters : State).Data + segment.Offset, checked((int)segment.Length));

    /// <summary>A network's parameters as its initializers have them begin. Each segment's numbers follow from the seed and its path.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">The shape of an image.</param>
    /// <param name="seed">Equal seeds give equal parameters.</param>
    /// <param name="table">The network's, with rates and frozen segments; null for none of them.</param>
    public static ParameterStore Initialize(Network network, Shape input, int seed, ParameterTable? table = null)
    {
        ParameterStore store = new(table ?? ParameterTable.Of(network, input));
        foreach (PlacedLayer placed in network.Place(input))
        {
            foreach (ParameterSpec spec in placed.Parameters)
            {
                string path = ParameterTable.PathOf(placed.Path, spec.Name);
                spec.Initializer.Fill(store[path], spec.Fans, RandomBits.Key((uint)seed, RandomBits.Key(path)));
            }
        }

        return store;
    }

    public ParameterStore Clone()
    {
        ParameterStore copy = new(Table);
        copy.TakeOver(this);
        return copy;
    }

    /// <summary>Copies all parameters and states of a store that lies as this one does.</summary>
    public unsafe void TakeOver(ParameterStore other)
    {
        Copy(other.Parameters.Data, Parameters.Data, Table.TrainableLength);
        Copy(other.State.Data, State.Data, Table.StateLength);

        static void Copy(float* from, float* to, long length) =>
            Buffer.MemoryCopy(from, to, length * sizeof(float), length * sizeof(float));
    }

    public void Dispose()
    {
        Parameters.Dispose();
        State.Dispose();
    }
}
