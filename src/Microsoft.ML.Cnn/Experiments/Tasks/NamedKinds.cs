using System.Reflection;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>
/// What names stand for that an option may have in a search space. Each is made by a constructor or a static method, whose arguments may vary under the name: such as
/// <c>Optimizer.Momentum</c> where <c>Optimizer</c> is <c>Sgd</c>.
/// </summary>
/// <param name="option">Such as <c>Optimizer</c>.</param>
/// <param name="kinds">Names, and what makes them.</param>
internal sealed class NamedKinds<T>(string option, params (string Name, MethodBase Maker)[] kinds)
    where T : class
{
    private static readonly Dictionary<string, object> none = [];

    /// <summary>Makes what parameters name.</summary>
    /// <param name="parameters">With a name for the option.</param>
    /// <param name="defaults">Arguments that are others than those of the maker where parameters do not have them.</param>
    /// <param name="others">Names under the option that are no arguments, and mean something all the same.</param>
    /// <exception cref="ArgumentException">There is no such name; or parameters have what is no argument, or lack one that is needed, or have one out of its range.</exception>
    /// <exception cref="InvalidCastException">An argument is of another type.</exception>
    public T Make(CnnParameters parameters, IReadOnlyDictionary<string, object>? defaults = null, params string[] others)
    {
        string name = parameters.Get<string>(option);
        MethodBase maker =
            kinds.FirstOrDefault(kind => kind.Name == name).Maker
            ?? throw new ArgumentException(
                $"There is no {option} '{name}' that an experiment knows. What would work: {string.Join(", ", kinds.Select(kind => kind.Name))}, or SetOptions with a function that says what it stands for."
            );
        ParameterInfo[] arguments = maker.GetParameters();
        RequireKnown(parameters, name, [.. arguments.Select(NameOf), .. others]);
        object?[] values = [.. arguments.Select(argument => ValueOf(parameters, name, argument, defaults ?? none))];
        return (T)(
            maker is ConstructorInfo constructor
                ? constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, values, culture: null)
                : maker.Invoke(obj: null, BindingFlags.DoNotWrapExceptions, binder: null, values, culture: null)!
        );
    }

    private void RequireKnown(CnnParameters parameters, string name, string[] known)
    {
        string prefix = $"{option}.";
        foreach (string path in parameters.Names.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (!known.Contains(path[prefix.Length..]))
            {
                string allowed = known.Length == 0 ? "nothing" : string.Join(", ", known);
                throw new ArgumentException($"'{path}' stands for nothing. What may vary under {option} '{name}': {allowed}.");
            }
        }
    }

    private object? ValueOf(CnnParameters parameters, string name, ParameterInfo argument, IReadOnlyDictionary<string, object> defaults)
    {
        string path = $"{option}.{NameOf(argument)}";
        return parameters.Contains(path) ? CnnParameters.Convert(parameters[path], argument.ParameterType, path)
            : defaults.TryGetValue(NameOf(argument), out object? value) ? value
            : argument.HasDefaultValue ? argument.DefaultValue
            : throw new ArgumentException(
                $"{option} '{name}' needs a '{path}'. What would work: CnnSearchOption.Alternatives, with '{NameOf(argument)}' in the space of '{name}'."
            );
    }

    /// <summary>As search spaces have it: with a capital.</summary>
    private static string NameOf(ParameterInfo argument) => $"{char.ToUpperInvariant(argument.Name![0])}{argument.Name[1..]}";
}

/// <summary>What makes kinds.</summary>
internal static class Makers
{
    /// <summary>The only public constructor of a type, by whose name it goes.</summary>
    public static (string Name, MethodBase Maker) Of<T>() => (typeof(T).Name, typeof(T).GetConstructors().Single());

    /// <summary>A static method or property of a type, by whose name it goes.</summary>
    public static (string Name, MethodBase Maker) Of(Type type, string name) =>
        (name, type.GetMethod(name) ?? type.GetProperty(name)!.GetMethod!);
}
