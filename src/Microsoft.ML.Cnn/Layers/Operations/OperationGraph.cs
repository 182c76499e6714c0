using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Layers.Operations;

/// <summary>A tensor between operations, by its number in the graph.</summary>
internal readonly record struct Value(int Id);

/// <summary>
/// A network lowered to primitive operations in the order they run, with the shape of every value. Any number of later operations may read a
/// value; all lead to the last one, which makes what leaves the network. Plans are compiled from it.
/// </summary>
internal sealed class OperationGraph
{
    private readonly List<Shape> shapes = [];
    private readonly List<Operation> operations = [];

    public OperationGraph(Shape input) => Input = Add(input);

    public Value Input { get; }

    /// <summary>What leaves the network.</summary>
    public Value Output => operations.Count > 0 ? operations[^1].Output : Input;

    public IReadOnlyList<Operation> Operations => operations;

    public int ValueCount => shapes.Count;

    public Shape this[Value value] => shapes[value.Id];

    /// <summary>Appends an operation and returns the value it makes.</summary>
    public Value Append(string path, Value input, Primitive primitive) => Append(path, [input], primitive);

    /// <summary>Appends an operation that reads several values.</summary>
    public Value Append(string path, ImmutableArray<Value> inputs, Primitive primitive)
    {
        Value output = Add(primitive.OutputShape(this[inputs[0]]));
        operations.Add(new Operation(path, inputs, output, primitive));
        return output;
    }

    private Value Add(Shape shape)
    {
        shapes.Add(shape);
        return new Value(shapes.Count - 1);
    }
}

/// <summary>One step of a graph: a primitive, where it stands and what it reads and makes.</summary>
/// <param name="Path">The path of the layer it comes from; its parameters are named <c>path/weight</c> and so on.</param>
/// <param name="Inputs">One, except where values are joined.</param>
internal sealed record Operation(string Path, ImmutableArray<Value> Inputs, Value Output, Primitive Primitive)
{
    /// <summary>The only input, or the first.</summary>
    public Value Input => Inputs[0];
}
