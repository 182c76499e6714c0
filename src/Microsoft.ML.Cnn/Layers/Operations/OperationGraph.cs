namespace Microsoft.ML.Cnn.Layers.Operations;

/// <summary>A tensor between operations, by its number in the graph.</summary>
internal readonly record struct Value(int Id);

/// <summary>
/// A network lowered to primitive operations in the order they run, with the shape of every value. Plans are compiled from it.
/// </summary>
internal sealed class OperationGraph
{
    private readonly List<Shape> shapes = [];
    private readonly List<Operation> operations = [];

    public OperationGraph(Shape input) => Input = Add(input);

    public Value Input { get; }

    public IReadOnlyList<Operation> Operations => operations;

    public int ValueCount => shapes.Count;

    /// <summary>What the last operation makes.</summary>
    public Value Output => operations.Count > 0 ? operations[^1].Output : Input;

    public Shape this[Value value] => shapes[value.Id];

    /// <summary>Appends an operation and returns the value it makes.</summary>
    public Value Append(string path, Value input, Primitive primitive)
    {
        Value output = Add(primitive.OutputShape(this[input]));
        operations.Add(new Operation(path, input, output, primitive));
        return output;
    }

    /// <summary>Drops what comes behind a layer, whose own value is then the last one.</summary>
    /// <param name="path">Of the layer, or of the block that it is.</param>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    public void CutBehind(string path)
    {
        int last = operations.FindLastIndex(operation => LayerNames.IsWithin(operation.Path, path));
        if (last < 0)
        {
            throw new ArgumentException($"No operation comes from a layer '{path}'.", nameof(path));
        }

        operations.RemoveRange(last + 1, operations.Count - last - 1);
    }

    private Value Add(Shape shape)
    {
        shapes.Add(shape);
        return new Value(shapes.Count - 1);
    }
}

/// <summary>One step of a graph: a primitive, where it stands and what it reads and makes.</summary>
/// <param name="Path">The path of the layer it comes from; its parameters are named <c>path/weight</c> and so on.</param>
internal sealed record Operation(string Path, Value Input, Value Output, Primitive Primitive);
